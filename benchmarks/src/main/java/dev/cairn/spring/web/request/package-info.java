/**
 * Access to the hash of visitors for benchmarks.
 */
package dev.cairn.spring.web.request;
