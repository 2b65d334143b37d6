/**
 * The console: recent requests, failures and events of a service at an actuator endpoint.
 */
@NullMarked
package dev.cairn.console;

import org.jspecify.annotations.NullMarked;
