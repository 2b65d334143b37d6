/**
 * The shop with Cairn.
 */
@NullMarked
package dev.cairn.wholeprocess.cairn;

import org.jspecify.annotations.NullMarked;
