package dev.cairn.wholeprocess;

import java.math.BigDecimal;

/**
 * The values of the event.
 *
 * @param orderId number of the order
 * @param productId number of what was ordered
 * @param quantity how many of it
 * @param total what they cost
 */
public record OrderPlaced(long orderId, long productId, int quantity, BigDecimal total) {
}
