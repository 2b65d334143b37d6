package dev.cairn.sample.shop;

import java.math.BigDecimal;
import java.util.Objects;
import java.util.Optional;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.GeneratedKeyHolder;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

@Repository
class OrderRepository {

	private final JdbcClient jdbc;

	OrderRepository(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	@Transactional
	Order save(Product product, int quantity) {
		takeFromStock(product, quantity);
		BigDecimal total = product.price().multiply(BigDecimal.valueOf(quantity));
		GeneratedKeyHolder id = new GeneratedKeyHolder();
		this.jdbc.sql("insert into purchase_order (product_id, quantity, total) values (?, ?, ?)")
			.params(product.id(), quantity, total)
			.update(id, "id");
		return new Order(Objects.requireNonNull(id.getKey()).longValue(), product.id(), quantity, total);
	}

	private void takeFromStock(Product product, int quantity) {
		int taken = this.jdbc.sql("update product set stock = stock - :quantity where id = :id and stock >= :quantity")
			.param("quantity", quantity)
			.param("id", product.id())
			.update();
		if (taken == 0) {
			throw new OutOfStockException(product, quantity);
		}
	}

	void ship(Order order, String parcel) {
		this.jdbc.sql("update purchase_order set parcel = ? where id = ?").params(parcel, order.id()).update();
	}

	Optional<Order> find(long id) {
		return this.jdbc.sql("select id, product_id, quantity, total from purchase_order where id = ?")
			.param(id)
			.query(Order.class)
			.optional();
	}

}
