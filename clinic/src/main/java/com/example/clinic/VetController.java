package com.example.clinic;

import java.util.List;

import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ResponseBody;

@Controller
class VetController {

	private final VetRepository vets;

	VetController(VetRepository vets) {
		this.vets = vets;
	}

	@GetMapping("/vets.html")
	String page(Model model) {
		model.addAttribute("vets", this.vets.findAllByOrderByName());
		return "vets";
	}

	@GetMapping("/vets")
	@ResponseBody
	List<Vet> list() {
		return this.vets.findAllByOrderByName();
	}

}
