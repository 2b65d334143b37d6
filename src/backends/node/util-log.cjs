// Loaded before StatsD, which calls util.log; Node.js 23 removed it.
require('util').log ??= (...words) => console.log(new Date().toISOString(), ...words);
