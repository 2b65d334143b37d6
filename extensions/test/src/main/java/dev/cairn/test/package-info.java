/**
 * Support for tests of applications that use Cairn.
 */
@NullMarked
package dev.cairn.test;

import org.jspecify.annotations.NullMarked;
