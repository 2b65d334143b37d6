/**
 * Access to the interceptor of meter annotations for benchmarks.
 */
package dev.cairn.spring.metrics;
