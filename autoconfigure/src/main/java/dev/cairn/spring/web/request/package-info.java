/**
 * One message for each request.
 */
@NullMarked
package dev.cairn.spring.web.request;

import org.jspecify.annotations.NullMarked;
