/**
 * Delivery to Sentry.
 */
@NullMarked
package dev.cairn.sentry;

import org.jspecify.annotations.NullMarked;
