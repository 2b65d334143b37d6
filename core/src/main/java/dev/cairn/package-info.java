/**
 * The interfaces and values of Cairn that applications and integrations use.
 */
@NullMarked
package dev.cairn;

import org.jspecify.annotations.NullMarked;
