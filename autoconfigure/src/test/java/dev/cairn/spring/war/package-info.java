/**
 * Applications that are deployed in a servlet container.
 */
@NullMarked
package dev.cairn.spring.war;

import org.jspecify.annotations.NullMarked;
