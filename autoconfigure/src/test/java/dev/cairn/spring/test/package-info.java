/**
 * Shared by the tests: an application that runs, and receivers at the other ends.
 */
@NullMarked
package dev.cairn.spring.test;

import org.jspecify.annotations.NullMarked;
