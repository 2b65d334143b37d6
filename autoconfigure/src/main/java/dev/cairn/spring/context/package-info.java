/**
 * The context of events and failures: the unit of work, the trace, the transaction, bound
 * values, and the arguments of failed calls.
 */
@NullMarked
package dev.cairn.spring.context;

import org.jspecify.annotations.NullMarked;
