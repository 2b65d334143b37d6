# What the tests of src/clients need besides Node.js. It is only installed; the tests start it.
fetch() {
  debian curl curl && debian nc netcat-openbsd && debian python3 python3 && debian cc gcc libc6-dev && debian erl erlang-base &&
    debian shellcheck shellcheck && debian busybox busybox
}
