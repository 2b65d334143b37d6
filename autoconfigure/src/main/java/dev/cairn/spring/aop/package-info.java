/**
 * The completion of calls of beans.
 */
@NullMarked
package dev.cairn.spring.aop;

import org.jspecify.annotations.NullMarked;
