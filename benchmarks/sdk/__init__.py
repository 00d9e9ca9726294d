"""The client's speed and weight against its peers: what each measure runs, here or in a process of its own."""
