/**
 * The context of messages: the unit of work, the trace, the transaction and bound values.
 */
@NullMarked
package dev.cairn.spring.context;

import org.jspecify.annotations.NullMarked;
