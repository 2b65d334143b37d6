/**
 * The arguments of failed calls.
 */
@NullMarked
package dev.cairn.spring.arguments;

import org.jspecify.annotations.NullMarked;
