/**
 * What happens right now: events, page views, visitors and conversions, counted in
 * process.
 */
@NullMarked
package dev.cairn.spring.live;

import org.jspecify.annotations.NullMarked;
