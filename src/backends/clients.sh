# The languages that the tests of src/clients need besides Node.js. They are only installed; the tests start them.
fetch() {
  debian curl curl && debian nc netcat-openbsd && debian python3 python3 && debian cc gcc libc6-dev && debian erl erlang-base &&
    debian shellcheck shellcheck && debian busybox busybox
}
