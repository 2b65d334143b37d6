/**
 * The shop, wired by hand.
 */
@NullMarked
package dev.cairn.wholeprocess.byhand;

import org.jspecify.annotations.NullMarked;
