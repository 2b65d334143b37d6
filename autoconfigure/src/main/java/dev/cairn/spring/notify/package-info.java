/**
 * Notifications of people by web services and mail.
 */
@NullMarked
package dev.cairn.spring.notify;

import org.jspecify.annotations.NullMarked;
