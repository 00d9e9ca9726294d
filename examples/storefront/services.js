// The platform's services, as the page calls them.

const urls = await (await fetch("services.json")).json();

/** What a service says against a request: a problem document, and when to try again (seconds), where it says so. */
export class Refusal extends Error {
  constructor(problem, retryAfter) {
    super(problem.detail);
    this.code = problem.code;
    this.retryAfter = retryAfter;
  }
}

async function call(service, path, { method = "GET", body, key } = {}) {
  const headers = {};
  if (localStorage.token) headers.Authorization = `Bearer ${localStorage.token}`;
  if (body) headers["Content-Type"] = "application/json";
  if (key) headers["Idempotency-Key"] = key;
  const answer = await fetch(urls[service] + path, { method, headers, body: body && JSON.stringify(body) });
  const content = await answer.json();
  if (!answer.ok) throw new Refusal(content, answer.headers.get("Retry-After"));
  return content;
}

export const register = (user) => call("users", "/api/users", { method: "POST", body: user });
export const getUser = (id) => call("users", `/api/users/${id}`);
export const placeOrder = (order, key) => call("orders", "/api/orders", { method: "POST", body: order, key });
export const listOrders = async (userId) => (await call("orders", `/api/orders/user/${userId}`)).orders;
export const pay = (payment, key) => call("payments", "/api/payments", { method: "POST", body: payment, key });
export const getPayment = (id) => call("payments", `/api/payments/${id}`);
