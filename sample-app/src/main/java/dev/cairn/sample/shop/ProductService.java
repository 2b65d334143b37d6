package dev.cairn.sample.shop;

import java.util.List;

import dev.cairn.Category;
import dev.cairn.annotation.PublishEvent;
import dev.cairn.annotation.Telemetry;
import io.micrometer.core.annotation.Counted;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;

@Service
class ProductService {

	private final JdbcClient jdbc;

	ProductService(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	@Telemetry(name = "shop.product.list", tags = "products = #result.size", slow = "500ms")
	List<Product> all() {
		return this.jdbc.sql("select id, name, price, stock from product order by id").query(Product.class).list();
	}

	@Counted("shop.product.view")
	@PublishEvent(value = "product.viewed", category = Category.BEHAVIOUR,
			fields = { "product_id = #id", "name = #result.name" })
	Product view(long id) {
		return get(id);
	}

	Product get(long id) {
		return this.jdbc.sql("select id, name, price, stock from product where id = ?")
			.param(id)
			.query(Product.class)
			.optional()
			.orElseThrow(() -> new ProductNotFoundException(id));
	}

}
