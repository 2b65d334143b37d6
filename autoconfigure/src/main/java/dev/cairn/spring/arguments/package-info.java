/**
 * Arguments of the calls that fail.
 */
@NullMarked
package dev.cairn.spring.arguments;

import org.jspecify.annotations.NullMarked;
