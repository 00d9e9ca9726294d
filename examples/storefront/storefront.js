// What a customer does: register or sign in, fill the cart, order, pay, and wait until the payment went through.

import * as services from "./services.js";

const PRODUCTS = [
  { productId: "tea", name: "Tea", price: 4.5 },
  { productId: "cup", name: "Cup", price: 12.25 },
];
const POLL = 200; // milliseconds between two looks at a payment

const find = (selector) => document.querySelector(selector);
const say = (text) => { find("[role=status]").textContent = text; };
const warn = (text) => { find("[role=alert]").textContent = text; };

let user = null;
let cart = [];
let order = null;
// One key for one intention: who presses the button again, because no answer came, orders and pays once.
let orderKey = crypto.randomUUID();
let paymentKey = crypto.randomUUID();

function list(selector, entries) {
  find(selector).replaceChildren(...entries.map((entry) => {
    const item = document.createElement("li");
    item.append(...[entry].flat());
    return item;
  }));
}

/** Do what a control is for; say what went wrong, and that one may try again. */
function attempt(action) {
  return async (event) => {
    event.preventDefault();
    warn("");
    try {
      await action(event.target);
    } catch (error) {
      if (!(error instanceof services.Refusal)) warn("That did not work. Please try again.");
      else if (error.retryAfter) warn(`We are closed for the moment. Please try again in ${error.retryAfter} seconds.`);
      else warn(`${error.message} (${error.code})`);
    }
  };
}

async function register(form) {
  const registered = await services.register(Object.fromEntries(new FormData(form)));
  say(`Welcome, ${registered.first_name}! Your customer number is ${registered.id}`);
}

async function signIn(form) {
  localStorage.token = new FormData(form).get("token");
  await showAccount();
}

async function showAccount() {
  const payload = localStorage.token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/");
  user = await services.getUser(JSON.parse(atob(payload)).sub);
  find("#who").textContent = `Signed in as ${user.email}`;
  await showOrders();
}

async function showOrders() {
  list("#orders", (await services.listOrders(user.id)).map((one) => `${one.id}: ${one.status}`));
}

function add(product) {
  cart.push(product);
  const total = cart.reduce((cents, { price }) => cents + Math.round(price * 100), 0) / 100;
  find("#total").textContent = `${cart.map(({ name }) => name).join(", ")}: ${total.toFixed(2)} USD`;
  find("#order").disabled = false;
}

async function placeOrder() {
  const items = cart.map(({ productId, price }) => ({ productId, quantity: 1, price }));
  order = await services.placeOrder({ userId: user.id, items }, orderKey);
  orderKey = crypto.randomUUID();
  cart = [];
  find("#order").disabled = true;
  find("#pay").hidden = false;
  say(`Your order ${order.id} is placed. Please pay ${order.totalAmount.toFixed(2)} USD.`);
  await showOrders();
}

async function pay(form) {
  const paymentMethod = {
    type: "credit_card", cardNumber: new FormData(form).get("card"), expiryMonth: "12", expiryYear: "2030", cvv: "123",
  };
  const { id: orderId, totalAmount: amount } = order;
  let payment;
  try {
    payment = await services.pay({ orderId, userId: user.id, amount, currency: "USD", paymentMethod }, paymentKey);
  } catch (error) {
    if (error.code && !error.retryAfter) paymentKey = crypto.randomUUID(); // refused for good: the next is another
    throw error;
  }
  paymentKey = crypto.randomUUID();
  say(`Your payment ${payment.id} is being processed.`);
  while (payment.status === "processing") {
    await new Promise((resolve) => { setTimeout(resolve, POLL); });
    payment = await services.getPayment(payment.id);
  }
  await showOrders();
  if (payment.status !== "completed") {
    say("");
    warn(`Your payment failed: ${payment.failureReason}`);
    return;
  }
  find("#pay").hidden = true;
  say(`Thank you! Your order ${order.id} is paid.`);
}

list("#products", PRODUCTS.map((product) => {
  const button = document.createElement("button");
  button.textContent = `Add ${product.name}`;
  button.addEventListener("click", () => add(product));
  return [`${product.price.toFixed(2)} USD `, button];
}));
find("#register").addEventListener("submit", attempt(register));
find("#sign-in").addEventListener("submit", attempt(signIn));
find("#order").addEventListener("click", attempt(placeOrder));
find("#pay").addEventListener("submit", attempt(pay));
if (localStorage.token) await attempt(showAccount)(new Event("load"));
