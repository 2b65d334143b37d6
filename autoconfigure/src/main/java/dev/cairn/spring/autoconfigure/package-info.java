/**
 * One auto-configuration and one set of properties a feature.
 */
@NullMarked
package dev.cairn.spring.autoconfigure;

import org.jspecify.annotations.NullMarked;
