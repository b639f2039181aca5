# Sourced by the scripts beside it: how they say what they do.

step() { printf '\n==> %s\n' "$*"; }
fail() {
  printf '\nerror: %s\n' "$*" >&2
  exit 1
}
