/**
 * Cairn itself: the properties and beans that all features share.
 */
@NullMarked
package dev.cairn.spring.core;

import org.jspecify.annotations.NullMarked;
