package dev.cairn.sample.shop;

import java.math.BigDecimal;

record Order(long id, long productId, int quantity, BigDecimal total) {
}
