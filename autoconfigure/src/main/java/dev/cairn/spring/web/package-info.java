/**
 * Servlet web applications: every request timed, every failure captured.
 */
@NullMarked
package dev.cairn.spring.web;

import org.jspecify.annotations.NullMarked;
