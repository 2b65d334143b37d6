/**
 * A small shop whose parts are tested with the slices of Spring Boot.
 */
package dev.cairn.test.slice;
