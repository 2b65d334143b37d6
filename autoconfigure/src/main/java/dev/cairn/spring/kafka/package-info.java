/**
 * Listeners of topics: every record that is given up is one incident, however many times
 * it was delivered.
 */
@NullMarked
package dev.cairn.spring.kafka;

import org.jspecify.annotations.NullMarked;
