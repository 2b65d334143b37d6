package dev.cairn.sample.shop;

import java.math.BigDecimal;

record Product(long id, String name, BigDecimal price, int stock) {
}
