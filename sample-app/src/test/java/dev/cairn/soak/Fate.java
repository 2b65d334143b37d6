package dev.cairn.soak;

/**
 * How work ends.
 */
enum Fate {

	OK, FAILS, CANCELLED

}
