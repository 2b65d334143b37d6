/**
 * The applications. Each uses the libraries of its kind only.
 */
@NullMarked
package dev.cairn.matrix.app;

import org.jspecify.annotations.NullMarked;
