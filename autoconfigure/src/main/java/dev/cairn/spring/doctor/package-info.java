/**
 * Checks of an application's setup, with a remedy for each problem.
 */
@NullMarked
package dev.cairn.spring.doctor;

import org.jspecify.annotations.NullMarked;
