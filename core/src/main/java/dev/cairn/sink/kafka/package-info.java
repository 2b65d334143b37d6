/**
 * Delivery to Kafka.
 */
@NullMarked
package dev.cairn.sink.kafka;

import org.jspecify.annotations.NullMarked;
