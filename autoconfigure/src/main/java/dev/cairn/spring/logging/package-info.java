/**
 * What the application logs, as far as it concerns Cairn.
 */
@NullMarked
package dev.cairn.spring.logging;

import org.jspecify.annotations.NullMarked;
