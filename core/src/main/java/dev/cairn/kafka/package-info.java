/**
 * Delivery to Kafka.
 */
@NullMarked
package dev.cairn.kafka;

import org.jspecify.annotations.NullMarked;
