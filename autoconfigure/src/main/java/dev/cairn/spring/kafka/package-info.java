/**
 * The Kafka sink.
 */
@NullMarked
package dev.cairn.spring.kafka;

import org.jspecify.annotations.NullMarked;
