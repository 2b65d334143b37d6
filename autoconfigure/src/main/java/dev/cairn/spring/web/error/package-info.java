/**
 * Failures of requests and the responses to them.
 */
@NullMarked
package dev.cairn.spring.web.error;

import org.jspecify.annotations.NullMarked;
