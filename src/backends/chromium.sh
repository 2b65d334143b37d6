# Chromium, for the tests of the console. It is only installed; the tests start it.
fetch() { debian chromium chromium; }
