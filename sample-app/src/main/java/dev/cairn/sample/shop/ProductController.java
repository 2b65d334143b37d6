package dev.cairn.sample.shop;

import java.util.List;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/products")
class ProductController {

	private final ProductService products;

	ProductController(ProductService products) {
		this.products = products;
	}

	@GetMapping
	List<Product> all() {
		return this.products.all();
	}

	@GetMapping("/{id}")
	Product one(@PathVariable long id) {
		return this.products.view(id);
	}

}
