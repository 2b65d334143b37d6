/**
 * Small helpers, one of each. Not part of the API.
 */
@NullMarked
package dev.cairn.internal;

import org.jspecify.annotations.NullMarked;
