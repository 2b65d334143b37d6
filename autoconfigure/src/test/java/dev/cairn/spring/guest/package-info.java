/**
 * Applications of all kinds, which answer with Cairn as they do without.
 */
@NullMarked
package dev.cairn.spring.guest;

import org.jspecify.annotations.NullMarked;
