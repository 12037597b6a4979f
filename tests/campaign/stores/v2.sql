BEGIN TRANSACTION;
CREATE TABLE batches (
	id INTEGER NOT NULL, 
	"key" TEXT NOT NULL, 
	seed BIGINT NOT NULL, 
	proposed_at TEXT NOT NULL, 
	columns TEXT NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE ("key")
);
INSERT INTO "batches" VALUES(1,'first batch',7,'2026-03-01T09:00:00+00:00','[["framework", "text"], ["agent", "text"], ["electrolyte", "text"], ["additives", "text"], ["conductor_top", "float"], ["agent_top", "float"], ["conductor_bottom", "float"], ["agent_bottom", "float"], ["gradient_exponent", "float"], ["porosity_top", "float"], ["porosity_bottom", "float"], ["pore_size_top_um", "float"], ["pore_size_bottom_um", "float"], ["tortuosity", "float"], ["thickness_um", "float"], ["current_density_mA_cm2", "float"], ["areal_capacity_mAh_cm2", "float"], ["temperature_C", "float"]]');
CREATE TABLE pending (
	id INTEGER NOT NULL, 
	batch_id INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	"row" TEXT NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(batch_id) REFERENCES batches (id)
);
INSERT INTO "pending" VALUES(1,1,1,'{"framework": "copper", "agent": "silver", "electrolyte": "liquid_ether", "additives": "none", "conductor_top": 0.9, "agent_top": 0.1, "conductor_bottom": 0.95, "agent_bottom": 0.05, "gradient_exponent": 1.0, "porosity_top": 0.8, "porosity_bottom": 0.7, "pore_size_top_um": 30.0, "pore_size_bottom_um": 10.0, "tortuosity": 1.5, "thickness_um": 100.0, "current_density_mA_cm2": 1.0, "areal_capacity_mAh_cm2": 1.0, "temperature_C": 25.0}');
INSERT INTO "pending" VALUES(2,1,2,'{"framework": "copper", "agent": "silver", "electrolyte": "liquid_ether", "additives": "none", "conductor_top": 0.9, "agent_top": 0.1, "conductor_bottom": 0.95, "agent_bottom": 0.05, "gradient_exponent": 1.0, "porosity_top": 0.8, "porosity_bottom": 0.7, "pore_size_top_um": 30.0, "pore_size_bottom_um": 10.0, "tortuosity": 1.5, "thickness_um": 150.0, "current_density_mA_cm2": 1.0, "areal_capacity_mAh_cm2": 1.0, "temperature_C": 25.0}');
CREATE TABLE results (
	id INTEGER NOT NULL, 
	told_at TEXT NOT NULL, 
	source TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	digest TEXT NOT NULL, 
	framework TEXT, 
	agent TEXT, 
	cycle_life_cycles FLOAT, 
	"ccd_mA_cm2" FLOAT, 
	"overpotential_mV" FLOAT, 
	coulombic_efficiency_pct FLOAT, 
	cycle_life_cycles_censored BOOLEAN, 
	"ccd_mA_cm2_censored" BOOLEAN, 
	"overpotential_mV_censored" BOOLEAN, 
	coulombic_efficiency_pct_censored BOOLEAN, 
	cycle_life_cycles_upper_bound FLOAT, 
	"ccd_mA_cm2_upper_bound" FLOAT, 
	"overpotential_mV_upper_bound" FLOAT, 
	coulombic_efficiency_pct_upper_bound FLOAT, 
	"row" TEXT NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "results" VALUES(1,'2026-03-02T09:00:00+00:00','one.csv',1,'e7502528429e28feb7f295bd4d7c1eb58b8d304511eb5e7cdc754281766e88b1','copper','silver',300.0,NULL,NULL,99.2,1,0,1,0,NULL,NULL,22.5,NULL,'{"framework": "copper", "agent": "silver", "conductor_material": null, "dielectric_material": null, "ion_conductor_material": null, "conductor_top": 0.9, "dielectric_top": null, "agent_top": 0.1, "ion_conductor_top": null, "conductor_bottom": 0.95, "dielectric_bottom": null, "agent_bottom": 0.05, "ion_conductor_bottom": null, "gradient_exponent": 1.0, "layers": null, "stacking": null, "porosity_top": 0.8, "porosity_bottom": 0.7, "pore_size_top_um": 30.0, "pore_size_bottom_um": 10.0, "tortuosity": 1.5, "thickness_um": 100.0, "pattern_size_um": null, "pattern_depth_um": null, "electrolyte": "liquid_ether", "additives": "none", "electrolyte_recipe": null, "current_density_mA_cm2": 1.0, "areal_capacity_mAh_cm2": 1.0, "temperature_C": 25.0, "stack_pressure_MPa": null, "li_excess_mAh_cm2": null, "conductivity_top_S_m": null, "conductivity_bottom_S_m": null, "nucleation_overpotential_top_mV": null, "nucleation_overpotential_bottom_mV": null, "tortuosity_top": null, "tortuosity_bottom": null, "interface_resistance_ohm_cm2": null, "pellet_thickness_um": null, "pellet_density_pct": null, "doping": null, "skin_coverage": null, "mass_transfer_factor": null, "pulse_factor": null, "cycle_life_cycles": 300.0, "ccd_mA_cm2": null, "overpotential_mV": 22.5, "coulombic_efficiency_pct": 99.2, "cycle_life_cycles_censored": true, "ccd_mA_cm2_censored": null, "overpotential_mV_censored": "below", "coulombic_efficiency_pct_censored": null, "cycle_life_cycles_upper_bound": null, "ccd_mA_cm2_upper_bound": null, "overpotential_mV_upper_bound": null, "coulombic_efficiency_pct_upper_bound": null, "replicate": null, "failed": null, "note": "still running"}');
INSERT INTO "results" VALUES(2,'2026-03-02T09:00:00+00:00','one.csv',2,'19967b5c51e874d80b4625a8d032e1b50ab29cb531bcffd01c0da5ccdd67104c','copper','silver',120.0,NULL,NULL,NULL,0,0,0,0,NULL,NULL,NULL,NULL,'{"framework": "copper", "agent": "silver", "conductor_material": null, "dielectric_material": null, "ion_conductor_material": null, "conductor_top": 0.9, "dielectric_top": null, "agent_top": 0.1, "ion_conductor_top": null, "conductor_bottom": 0.95, "dielectric_bottom": null, "agent_bottom": 0.05, "ion_conductor_bottom": null, "gradient_exponent": 1.0, "layers": null, "stacking": null, "porosity_top": 0.8, "porosity_bottom": 0.7, "pore_size_top_um": 30.0, "pore_size_bottom_um": 10.0, "tortuosity": 1.5, "thickness_um": 80.0, "pattern_size_um": null, "pattern_depth_um": null, "electrolyte": "liquid_ether", "additives": "none", "electrolyte_recipe": null, "current_density_mA_cm2": 1.0, "areal_capacity_mAh_cm2": 1.0, "temperature_C": 25.0, "stack_pressure_MPa": null, "li_excess_mAh_cm2": null, "conductivity_top_S_m": null, "conductivity_bottom_S_m": null, "nucleation_overpotential_top_mV": null, "nucleation_overpotential_bottom_mV": null, "tortuosity_top": null, "tortuosity_bottom": null, "interface_resistance_ohm_cm2": null, "pellet_thickness_um": null, "pellet_density_pct": null, "doping": null, "skin_coverage": null, "mass_transfer_factor": null, "pulse_factor": null, "cycle_life_cycles": 120.0, "ccd_mA_cm2": null, "overpotential_mV": null, "coulombic_efficiency_pct": null, "cycle_life_cycles_censored": false, "ccd_mA_cm2_censored": null, "overpotential_mV_censored": false, "coulombic_efficiency_pct_censored": null, "cycle_life_cycles_upper_bound": null, "ccd_mA_cm2_upper_bound": null, "overpotential_mV_upper_bound": null, "coulombic_efficiency_pct_upper_bound": null, "replicate": null, "failed": false, "note": null}');
INSERT INTO "results" VALUES(3,'2026-03-03T09:00:00+00:00','two.csv',1,'25b34a27323204b43881d0e34324a959a2ffd457d59c5bfdc2e79cb32617583a','copper','silver',NULL,3.5,NULL,NULL,0,0,0,0,NULL,NULL,NULL,NULL,'{"framework": "copper", "agent": "silver", "conductor_material": null, "dielectric_material": null, "ion_conductor_material": null, "conductor_top": 0.9, "dielectric_top": null, "agent_top": 0.1, "ion_conductor_top": null, "conductor_bottom": 0.95, "dielectric_bottom": null, "agent_bottom": 0.05, "ion_conductor_bottom": null, "gradient_exponent": 1.0, "layers": null, "stacking": null, "porosity_top": 0.8, "porosity_bottom": 0.7, "pore_size_top_um": 30.0, "pore_size_bottom_um": 10.0, "tortuosity": 1.5, "thickness_um": 60.0, "pattern_size_um": null, "pattern_depth_um": null, "electrolyte": "liquid_ether", "additives": "none", "electrolyte_recipe": null, "current_density_mA_cm2": 1.0, "areal_capacity_mAh_cm2": 1.0, "temperature_C": 25.0, "stack_pressure_MPa": null, "li_excess_mAh_cm2": null, "conductivity_top_S_m": null, "conductivity_bottom_S_m": null, "nucleation_overpotential_top_mV": null, "nucleation_overpotential_bottom_mV": null, "tortuosity_top": null, "tortuosity_bottom": null, "interface_resistance_ohm_cm2": null, "pellet_thickness_um": null, "pellet_density_pct": null, "doping": null, "skin_coverage": null, "mass_transfer_factor": null, "pulse_factor": null, "cycle_life_cycles": null, "ccd_mA_cm2": 3.5, "overpotential_mV": null, "coulombic_efficiency_pct": null, "cycle_life_cycles_censored": null, "ccd_mA_cm2_censored": null, "overpotential_mV_censored": null, "coulombic_efficiency_pct_censored": null, "cycle_life_cycles_upper_bound": null, "ccd_mA_cm2_upper_bound": null, "overpotential_mV_upper_bound": null, "coulombic_efficiency_pct_upper_bound": null, "replicate": null, "failed": null, "note": null}');
CREATE TABLE schema_version (
	version INTEGER NOT NULL, 
	product TEXT NOT NULL, 
	PRIMARY KEY (version)
);
INSERT INTO "schema_version" VALUES(2,'lihost campaign store');
CREATE INDEX ix_results_digest ON results (digest);
COMMIT;
