/**
 * Auto-configuration for sending failures to Sentry.
 */
@NullMarked
package dev.cairn.spring.sentry;

import org.jspecify.annotations.NullMarked;
