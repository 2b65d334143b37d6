/**
 * Generated traffic.
 */
@NullMarked
package dev.cairn.sample.demo;

import org.jspecify.annotations.NullMarked;
