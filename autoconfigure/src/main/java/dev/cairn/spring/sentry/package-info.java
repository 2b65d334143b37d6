/**
 * What stands in for the parts of Sentry that capture, so that Cairn does.
 */
@NullMarked
package dev.cairn.spring.sentry;

import org.jspecify.annotations.NullMarked;
