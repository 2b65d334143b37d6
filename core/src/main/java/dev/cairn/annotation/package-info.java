/**
 * Annotations for the methods of an application.
 */
@NullMarked
package dev.cairn.annotation;

import org.jspecify.annotations.NullMarked;
