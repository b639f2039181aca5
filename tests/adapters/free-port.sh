# free_port: prints a port of the loopback at which nobody listens, below those that the system gives to clients.
free_port() {
  local port
  for _ in $(seq 100); do
    port=$((20000 + RANDOM % 12000))
    (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
  done
  echo "no port of the loopback is free" >&2
  return 1
}
