/**
 * Plain annotations, no behaviour: whoever reads them gives them a meaning.
 */
@NullMarked
package dev.cairn.annotation;

import org.jspecify.annotations.NullMarked;
