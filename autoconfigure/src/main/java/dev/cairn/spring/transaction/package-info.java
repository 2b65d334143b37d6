/**
 * Events that wait for the end of Spring's transactions.
 */
@NullMarked
package dev.cairn.spring.transaction;

import org.jspecify.annotations.NullMarked;
