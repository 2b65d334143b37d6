/**
 * Live counts of events, page views, visitors and conversions.
 */
@NullMarked
package dev.cairn.spring.live;

import org.jspecify.annotations.NullMarked;
